<?xml version="1.0" encoding="UTF-8"?>
<!-- Words and prose in both languages: every template here writes one span for each language, of which
     the style sheet of the page shows one. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <xsl:key name="word" match="/result/words/word" use="@id"/>
  <xsl:key name="prose" match="/result/prose/item" use="@key"/>

  <xsl:template name="both">
    <xsl:param name="zh"/>
    <xsl:param name="en"/>
    <span lang="zh-CN"><xsl:value-of select="$zh"/></span>
    <span lang="en"><xsl:value-of select="$en"/></span>
  </xsl:template>

  <xsl:template name="say">
    <xsl:param name="id"/>
    <xsl:param name="else" select="$id"/>
    <xsl:variable name="word" select="key('word', $id)"/>
    <xsl:choose>
      <xsl:when test="$word">
        <span lang="zh-CN"><xsl:value-of select="$word/zh-CN"/></span>
        <span lang="en"><xsl:value-of select="$word/en"/></span>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$else"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="means">
    <xsl:param name="id"/>
    <xsl:variable name="word" select="key('word', $id)"/>
    <span lang="zh-CN"><xsl:value-of select="$word/means/zh-CN"/></span>
    <span lang="en"><xsl:value-of select="$word/means/en"/></span>
  </xsl:template>

  <!-- a sentence with places {1} to {7} filled in; a value may differ by language -->
  <xsl:template name="sentence">
    <xsl:param name="id"/>
    <xsl:param name="v1"/><xsl:param name="v2"/><xsl:param name="v3"/><xsl:param name="v4"/>
    <xsl:param name="v5"/><xsl:param name="v6"/><xsl:param name="v7"/>
    <xsl:param name="e1" select="$v1"/><xsl:param name="e2" select="$v2"/><xsl:param name="e3" select="$v3"/>
    <span lang="zh-CN">
      <xsl:call-template name="fill">
        <xsl:with-param name="text" select="string(key('word', $id)/zh-CN)"/>
        <xsl:with-param name="v1" select="$v1"/><xsl:with-param name="v2" select="$v2"/>
        <xsl:with-param name="v3" select="$v3"/><xsl:with-param name="v4" select="$v4"/>
        <xsl:with-param name="v5" select="$v5"/><xsl:with-param name="v6" select="$v6"/>
        <xsl:with-param name="v7" select="$v7"/>
      </xsl:call-template>
    </span>
    <span lang="en">
      <xsl:call-template name="fill">
        <xsl:with-param name="text" select="string(key('word', $id)/en)"/>
        <xsl:with-param name="v1" select="$e1"/><xsl:with-param name="v2" select="$e2"/>
        <xsl:with-param name="v3" select="$e3"/><xsl:with-param name="v4" select="$v4"/>
        <xsl:with-param name="v5" select="$v5"/><xsl:with-param name="v6" select="$v6"/>
        <xsl:with-param name="v7" select="$v7"/>
      </xsl:call-template>
    </span>
  </xsl:template>

  <!-- only the text of the table is searched for places; values are written as they are -->
  <xsl:template name="fill">
    <xsl:param name="text"/>
    <xsl:param name="v1"/><xsl:param name="v2"/><xsl:param name="v3"/><xsl:param name="v4"/>
    <xsl:param name="v5"/><xsl:param name="v6"/><xsl:param name="v7"/>
    <xsl:choose>
      <xsl:when test="contains($text, '{')">
        <xsl:variable name="place" select="substring-before(substring-after($text, '{'), '}')"/>
        <xsl:value-of select="substring-before($text, '{')"/>
        <xsl:choose>
          <xsl:when test="$place = 1"><xsl:value-of select="$v1"/></xsl:when>
          <xsl:when test="$place = 2"><xsl:value-of select="$v2"/></xsl:when>
          <xsl:when test="$place = 3"><xsl:value-of select="$v3"/></xsl:when>
          <xsl:when test="$place = 4"><xsl:value-of select="$v4"/></xsl:when>
          <xsl:when test="$place = 5"><xsl:value-of select="$v5"/></xsl:when>
          <xsl:when test="$place = 6"><xsl:value-of select="$v6"/></xsl:when>
          <xsl:when test="$place = 7"><xsl:value-of select="$v7"/></xsl:when>
        </xsl:choose>
        <xsl:call-template name="fill">
          <xsl:with-param name="text" select="substring-after($text, '}')"/>
          <xsl:with-param name="v1" select="$v1"/><xsl:with-param name="v2" select="$v2"/>
          <xsl:with-param name="v3" select="$v3"/><xsl:with-param name="v4" select="$v4"/>
          <xsl:with-param name="v5" select="$v5"/><xsl:with-param name="v6" select="$v6"/>
          <xsl:with-param name="v7" select="$v7"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="title">
    <xsl:param name="key"/>
    <xsl:variable name="item" select="key('prose', $key)"/>
    <span lang="zh-CN"><xsl:value-of select="$item/zh-CN/title"/></span>
    <span lang="en"><xsl:value-of select="$item/en/title"/></span>
  </xsl:template>

  <!-- a verdict or gate: a shape and a word, never a colour alone -->
  <xsl:template name="mark">
    <xsl:param name="kind" select="'verdict'"/>
    <xsl:param name="name"/>
    <span class="mark {$kind}-{$name}">
      <i class="shape" aria-hidden="true"/>
      <xsl:call-template name="say"><xsl:with-param name="id" select="concat($kind, '.', $name)"/></xsl:call-template>
    </span>
  </xsl:template>

  <xsl:template name="severity">
    <xsl:param name="name"/>
    <span class="severity severity-{$name}">
      <xsl:call-template name="say"><xsl:with-param name="id" select="concat('severity.', $name)"/></xsl:call-template>
    </span>
  </xsl:template>

  <xsl:template name="heading">
    <xsl:param name="id"/>
    <xsl:param name="number"/>
    <h2 id="{$id}">
      <span class="number"><xsl:value-of select="$number"/></span>
      <xsl:text> </xsl:text>
      <xsl:call-template name="say"><xsl:with-param name="id" select="concat('heading.', $id)"/></xsl:call-template>
    </h2>
  </xsl:template>

  <xsl:template name="label">
    <xsl:param name="id"/>
    <xsl:call-template name="say"><xsl:with-param name="id" select="concat('label.', $id)"/></xsl:call-template>
  </xsl:template>

  <!-- a column heading -->
  <xsl:template name="column">
    <xsl:param name="id"/>
    <xsl:param name="class"/>
    <th scope="col">
      <xsl:if test="$class"><xsl:attribute name="class"><xsl:value-of select="$class"/></xsl:attribute></xsl:if>
      <xsl:call-template name="label"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    </th>
  </xsl:template>

  <!-- a pair in a description list; nothing if there is no value -->
  <xsl:template name="pair">
    <xsl:param name="id"/>
    <xsl:param name="value"/>
    <xsl:param name="class" select="'plain'"/>
    <xsl:if test="string($value)">
      <div>
        <dt><xsl:call-template name="label"><xsl:with-param name="id" select="$id"/></xsl:call-template></dt>
        <dd class="{$class}"><xsl:value-of select="$value"/></dd>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="entry">
    <xsl:param name="in"/>
    <xsl:choose>
      <xsl:when test="string($in)"><code><xsl:value-of select="$in"/></code></xsl:when>
      <xsl:otherwise><xsl:call-template name="label"><xsl:with-param name="id" select="'bundle-itself'"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
